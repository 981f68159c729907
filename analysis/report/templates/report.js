"use strict";
// Without scripts the page is whole: sections unfold, tables stand, curves are drawn. With them tables sort, commands
// are copied, links open their section, and what is folded below is printed.
(() => {
  const all = (what, where = document) => [...where.querySelectorAll(what)];

  const openTarget = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", openTarget);
  for (const link of all(".contents a")) {
    link.addEventListener("click", () => { if (link.hash === location.hash) openTarget(); });
  }
  openTarget();

  const sections = all("details.section");
  const openAll = document.getElementById("open-all");
  const nameOpenAll = () => {
    openAll.textContent = sections.every((each) => each.open) ? "Close all sections" : "Open all sections";
  };
  openAll.hidden = false;
  openAll.addEventListener("click", () => {
    const open = !sections.every((each) => each.open);
    for (const each of sections) each.open = open;
  });
  for (const each of sections) each.addEventListener("toggle", nameOpenAll);

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details.section, .section details, .forest > details").filter((each) => !each.open);
    for (const each of closed) each.open = true;
  });
  addEventListener("afterprint", () => { for (const each of closed) each.open = false; });

  for (const button of all("button.copy")) {
    button.hidden = false;
    const label = button.innerHTML;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy).textContent;
      try { await navigator.clipboard.writeText(text); } catch { selectAndCopy(button.dataset.copy); }
      button.textContent = "Copied";
      setTimeout(() => { button.innerHTML = label; }, 1500);
    });
  }
  const selectAndCopy = (id) => {
    getSelection().selectAllChildren(document.getElementById(id));
    document.execCommand("copy");
  };

  // A cell's first number decides; cells without one come last, whichever way the column is sorted.
  const numberIn = (text) => {
    const found = /[-+]?\d+(\.\d+)?(e[-+]?\d+)?/i.exec(text.replaceAll(",", "").replaceAll("\u2212", "-"));
    return found ? Number(found[0]) : NaN;
  };
  const sortBy = (table, column, isNumber, sign) => {
    const key = (row) => row.cells[column].textContent.trim();
    const compare = isNumber
      ? (a, b) => {
          const [x, y] = [numberIn(key(a)), numberIn(key(b))];
          return isNaN(x) || isNaN(y) ? isNaN(x) - isNaN(y) : sign * (x - y);
        }
      : (a, b) => sign * key(a).localeCompare(key(b), "en", { numeric: true });
    table.tBodies[0].append(...[...table.rows].slice(1).sort(compare));
  };
  for (const table of all("table.sortable")) {
    if (table.tBodies[0].rows.length < 2) continue;
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const isNumber = head.classList.contains("number");
        const now = head.getAttribute("aria-sort");
        const way = now ? (now === "ascending" ? "descending" : "ascending") : isNumber ? "descending" : "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", way);
        sortBy(table, column, isNumber, way === "ascending" ? 1 : -1);
      });
    });
  }
})();
