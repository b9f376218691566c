// Sets the theme that the reader chose before anything is painted; without a choice the system's theme holds.
(function () {
  try {
    const chosen = localStorage.getItem("materiel-theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // Storage is switched off: the system's theme holds.
  }
})();
