// A check on site: the code is read by the camera where the browser can, else typed; the place is the phone's on request.
const scan = document.querySelector("[data-scan]");
const view = document.querySelector("[data-view]");
const said = document.querySelector("[data-said]");
const number = document.querySelector("#number");

function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
  view.hidden = true;
}

async function look(detector, stream) {
  while (!view.hidden) {
    const [found] = await detector.detect(view);
    if (found) {
      number.value = found.rawValue;
      stop(stream);
      number.focus();
      return;
    }
    await new Promise((done) => setTimeout(done, 150));
  }
}

async function read() {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    said.textContent = said.dataset.denied;
    return;
  }
  view.srcObject = stream;
  view.hidden = false;
  said.textContent = said.dataset.look;
  await view.play();
  await look(new BarcodeDetector({ formats: ["qr_code"] }), stream);
}

if (scan) {
  if ("BarcodeDetector" in window && navigator.mediaDevices) {
    scan.hidden = false;
    scan.addEventListener("click", read);
  } else {
    said.textContent = said.dataset.none;
  }
}

const locate = document.querySelector("[data-locate]");
const located = document.querySelector("[data-located]");
locate?.addEventListener("click", () => {
  if (!navigator.geolocation) {
    located.textContent = located.dataset.failed;
    return;
  }
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      document.querySelector("[name=longitude]").value = coords.longitude.toFixed(6);
      document.querySelector("[name=latitude]").value = coords.latitude.toFixed(6);
      located.textContent = `${located.dataset.got} ± ${Math.round(coords.accuracy)} m`;
    },
    () => { located.textContent = located.dataset.failed; },
    { enableHighAccuracy: true, timeout: 10000 },
  );
});
