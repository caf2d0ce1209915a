// Makes a form of each question: choose, then answer. Without this script each choice can be opened by itself.
"use strict";

(function () {
  function question(box) {
    const number = box.dataset.number;
    const form = document.createElement("form");
    const fields = form.appendChild(document.createElement("fieldset"));
    fields.appendChild(document.createElement("legend")).innerHTML = box.querySelector(".asked strong").innerHTML;
    const choices = [...box.querySelectorAll("details.choice")];
    choices.forEach(function (choice, place) {
      const label = fields.appendChild(document.createElement("label"));
      const radio = label.appendChild(document.createElement("input"));
      radio.type = "radio";
      radio.name = "question-" + number;
      radio.value = String(place);
      const words = label.appendChild(document.createElement("span"));
      words.innerHTML = choice.querySelector("summary").innerHTML;
    });
    const button = fields.appendChild(document.createElement("button"));
    button.type = "submit";
    button.textContent = "Answer";
    // A screen reader reads what appears here.
    const answer = fields.appendChild(document.createElement("div"));
    answer.setAttribute("role", "status");
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      const chosen = form.elements["question-" + number].value;
      if (chosen === "") {
        answer.textContent = "Choose one first.";
        return;
      }
      const choice = choices[Number(chosen)];
      const explained = choice.cloneNode(true);
      explained.querySelector("summary").remove();
      answer.replaceChildren(...explained.childNodes);
      answer.dataset.right = choice.dataset.right === "yes" ? "yes" : "no";
    });
    box.querySelector(".asked").replaceWith(form);
    choices.forEach(function (choice) { choice.remove(); });
    const shown = box.querySelector(".shown-by");
    if (shown) { fields.appendChild(shown); }
  }

  document.querySelectorAll(".quiz .question").forEach(question);
})();
