const NUM_BARS = 5;
const answers = document.getElementById("answers"), state = document.getElementById("state");
const drop = document.querySelector(".drop"), input = document.getElementById("files");
let waiting = Promise.resolve(), asked = 0, answered = 0;

function percent(value) {
  return value > 0 && value < 0.001 ? "< 0.1%" : `${(100 * value).toFixed(1)}%`;
}

function bar(name, value, chosen) {
  const row = document.createElement("li"), label = document.createElement("span"), number = document.createElement("span");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  label.className = "name"; label.textContent = name;
  number.className = "value"; number.textContent = percent(value);
  svg.setAttribute("aria-hidden", "true");
  rect.setAttribute("width", `${100 * value}%`); rect.setAttribute("height", "100%");
  svg.append(rect); row.append(label, number, svg);
  if (chosen) row.className = "chosen";
  return row;
}

function show(card, found) {
  const verdict = card.querySelector(".verdict");
  if (found.error !== null) {
    verdict.classList.add("error");
    verdict.textContent = `No answer: ${found.error}`;
    return;
  }
  verdict.textContent = found.probability === null ? found.class.replaceAll(";", ", ") || "none of the labels" :
    `${found.class}, ${percent(found.probability)}`;
  const sorted = CLASSES.map((name, at) => [name, found.probabilities[at]]).sort((one, other) => other[1] - one[1]);
  const bars = sorted.map(([name, value]) => bar(name, value, found.probability === null ? value >= 0.5 : name === found.class));
  const [first, more] = card.querySelectorAll(".bars"), details = card.querySelector("details");
  first.append(...bars.slice(0, NUM_BARS));
  if (bars.length > NUM_BARS) {
    details.hidden = false;
    details.querySelector("summary").textContent = `${bars.length - NUM_BARS} more classes`;
    more.append(...bars.slice(NUM_BARS));
  }
}

async function ask(file) {
  if (file.size > MOST_BYTES) {
    return { error: `the file is too large; up to ${Math.round(MOST_BYTES / 2 ** 20)} MB are taken.` };
  }
  try {
    const response = await fetch("/answer", { method: "POST", body: file });
    return await response.json();
  } catch {
    return { error: "the program that answers has ended; start lrstudy try again." };
  }
}

function tell() {
  state.textContent = answered < asked ? `${answered} of ${asked} answered …` :
    asked === 1 ? "1 picture answered." : `${asked} pictures answered.`;
}

function take(files) {
  for (const file of [...files].reverse()) {
    const card = document.getElementById("card").content.firstElementChild.cloneNode(true);
    const image = card.querySelector("img"), name = file.name || "pasted picture";
    card.querySelector("h2").textContent = name;
    image.alt = name;
    image.addEventListener("error", () => { image.alt = ""; image.hidden = true; });
    image.src = URL.createObjectURL(file);
    answers.prepend(card);
    asked += 1;
    waiting = waiting.then(async () => {
      show(card, await ask(file));
      answered += 1;
      tell();
    });
  }
  if (files.length) tell();
}

input.addEventListener("change", () => { take(input.files); input.value = ""; });
document.addEventListener("paste", (event) => take(event.clipboardData.files));
document.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
document.addEventListener("dragleave", () => drop.classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  take(event.dataTransfer.files);
});
