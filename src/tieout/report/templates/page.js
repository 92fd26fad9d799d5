"use strict";
/* Sorting and filtering of tables. Without this script the page shows the same rows in its own order. */
(function () {
  var PLACES = 40, WORTH_FILTERING = 8;

  /* An exact decimal as an integer: no figure passes through a float, not even to be ordered. */
  function exact(text) {
    var parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
    if (!parts) { return null; }
    var digits = parts[2] + (parts[3] || "").padEnd(PLACES, "0").slice(0, PLACES);
    return parts[1] ? -BigInt(digits) : BigInt(digits);
  }

  function key(row, column) {
    var cell = row.cells[column];
    var value = cell && cell.querySelector("data");
    return { number: value ? exact(value.value) : null, text: cell ? cell.textContent.trim() : "" };
  }

  /* Unknown amounts come last either way: they are no number. */
  function compare(one, other, sign) {
    if (one.number !== null && other.number !== null) {
      return one.number === other.number ? 0 : (one.number < other.number ? -sign : sign);
    }
    if (one.number !== null) { return -1; }
    if (other.number !== null) { return 1; }
    return sign * one.text.localeCompare(other.text, "en");
  }

  /* A line is a body of its own, so that its way down moves with it. */
  function units(table) {
    return table.tBodies.length > 1 ? Array.from(table.tBodies) : Array.from(table.tBodies[0].rows);
  }

  function first(unit) { return unit.rows ? unit.rows[0] : unit; }

  function sort(table, column, head) {
    var down = head.getAttribute("aria-sort") !== "descending" && head.classList.contains("n");
    if (!head.classList.contains("n")) { down = head.getAttribute("aria-sort") === "ascending"; }
    Array.from(head.parentNode.cells).forEach(function (each) { each.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    var all = units(table);
    var keyed = all.map(function (unit, place) { return { unit: unit, key: key(first(unit), column), place: place }; });
    keyed.sort(function (one, other) { return compare(one.key, other.key, down ? -1 : 1) || one.place - other.place; });
    var parent = all[0].parentNode;
    keyed.forEach(function (each) { parent.appendChild(each.unit); });
  }

  function filter(table, wanted, told) {
    var all = units(table), seen = 0;
    all.forEach(function (unit) {
      unit.hidden = unit.textContent.toLowerCase().indexOf(wanted) < 0;
      if (!unit.hidden) { seen += 1; }
    });
    told.textContent = wanted ? seen + " of " + all.length + " rows" : "";
  }

  function equip(table) {
    if (units(table).length < 3) { return; }
    Array.from(table.tHead.rows[0].cells).forEach(function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.addEventListener("click", function () { sort(table, column, head); });
      head.replaceChildren(button);
    });
    var tools = document.createElement("p"), label = document.createElement("label");
    var input = document.createElement("input"), told = document.createElement("span");
    tools.className = "tools";
    label.textContent = "Filter ";
    input.type = "search";
    input.setAttribute("aria-label", "Filter: " + table.caption.textContent);
    told.setAttribute("role", "status");
    input.addEventListener("input", function () { filter(table, input.value.trim().toLowerCase(), told); });
    label.appendChild(input);
    tools.append(label, told);
    if (units(table).length >= WORTH_FILTERING) { table.parentNode.before(tools); }
  }

  /* A link to a line opens its way down. */
  function open() {
    var aim = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    var details = aim && aim.querySelector("details");
    if (details) { details.open = true; }
  }

  document.querySelectorAll("table[data-tools]").forEach(equip);
  window.addEventListener("hashchange", open);
  open();
}());
