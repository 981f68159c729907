/* Memory whose end is followed by pages that can't be written, so that every write past a block's end is a crash.
 *
 *     gcc -O2 -shared -fPIC -o guarded_memory.so guarded_memory.c
 *     LD_PRELOAD=./guarded_memory.so python -m benchmarks.experiments.crash_sweep ...
 *
 * Only what is asked for with an alignment, as PyTorch and oneDNN do; nothing is given back. For Linux with glibc.
 */
#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <errno.h>
#include <sys/mman.h>
#include <stdlib.h>
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);
extern void *__libc_realloc(void *, size_t);
#define SPAN (1UL << 42)
static char *base, *next_;
static size_t page = 4096;
static void *guarded(size_t align, size_t size) {
  if (!base) {
    char *b = mmap(0, SPAN, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (b == MAP_FAILED) return 0;
    base = b; next_ = b + page;
  }
  size_t whole = (size + page - 1) / page * page;
  if (whole == 0) whole = page;
  char *at = __atomic_fetch_add(&next_, whole + 2 * page, __ATOMIC_SEQ_CST);
  if (mprotect(at, whole, PROT_READ | PROT_WRITE)) return 0;
  char *p = at + whole - size;
  p = (char *)((uintptr_t)p / align * align);
  if (p < at) p = at;
  return p;
}
int posix_memalign(void **out, size_t align, size_t size) {
  void *p = guarded(align, size);
  if (!p) { p = __libc_memalign(align, size); if (!p) return ENOMEM; }
  *out = p; return 0;
}
void *memalign(size_t a, size_t s) { void *p; return posix_memalign(&p, a, s) ? 0 : p; }
void *aligned_alloc(size_t a, size_t s) { return memalign(a, s); }
void free(void *p) {
  if (base && (char *)p >= base && (char *)p < base + SPAN) {
    return;
  }
  __libc_free(p);
}
