/** Whether the server is there and yet takes no connection from this page, since it was told of another address. */

const TIMES = 3;
const KNOCK_MS = 60_000;

/** `refused()` is called once that is certain; later it is tried now and then, not all the time. */
export function watchRefusal(socket, refused, { asks = isRefused, later = (go, ms) => setTimeout(go, ms) } = {}) {
  let isUp = false;
  let failures = 0;
  const failed = async () => {
    failures = (failures + 1) % TIMES;
    if (failures > 0 || !(await asks()) || socket.connected) return;
    socket.disconnect();
    later(() => socket.connect(), KNOCK_MS);
    refused();
  };
  socket.on("connect", () => {
    isUp = true;
    failures = 0;
  });
  socket.on("connect_error", failed);
  socket.on("disconnect", () => {
    if (!isUp) failed();
    isUp = false;
  });
}

/** Only a POST tells: of a page's own GET the server cannot see where the page stands. */
async function isRefused() {
  try {
    const answer = await fetch("/socket.io/?EIO=4&transport=polling", { method: "POST" });
    return [400, 403].includes(answer.status) && /origin/i.test(await answer.text());
  } catch {
    return false;
  }
}
