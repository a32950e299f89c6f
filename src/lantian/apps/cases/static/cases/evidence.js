// A photo chosen as evidence: its own time and the phone's place go with it, and are checked on the server.
function place(form) {
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      form.elements.longitude.value = coords.longitude.toFixed(6);
      form.elements.latitude.value = coords.latitude.toFixed(6);
      form.elements.accuracy_m.value = Math.min(5000, Math.round(coords.accuracy));
    },
    () => {},
    { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 },
  );
}

for (const form of document.querySelectorAll("form[data-photo]")) {
  form.elements.file.addEventListener("change", () => {
    const [file] = form.elements.file.files;
    const photo = file?.type.startsWith("image/");
    form.elements.taken_ms.value = photo ? file.lastModified : "";
    if (photo && navigator.geolocation) place(form);
  });
}
