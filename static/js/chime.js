/** A quiet sound of two notes. */

const NOTES_HZ = [659, 880];
const APART_SECONDS = 0.09;
const RINGS_SECONDS = 0.35;
const LOUDNESS = 0.05;

let context = null;

/** Browsers let no page sound that nobody has touched yet. */
export function chime() {
  if (!navigator.userActivation?.hasBeenActive || !globalThis.AudioContext) return;
  context ??= new AudioContext();
  for (const [number, hertz] of NOTES_HZ.entries()) ring(hertz, context.currentTime + number * APART_SECONDS);
}

function ring(hertz, at) {
  const [tone, loudness] = [context.createOscillator(), context.createGain()];
  tone.frequency.value = hertz;
  loudness.gain.setValueAtTime(LOUDNESS, at);
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + RINGS_SECONDS);
  tone.connect(loudness).connect(context.destination);
  tone.start(at);
  tone.stop(at + RINGS_SECONDS);
}
