// Compares two pictures beside the page, which stays quick meanwhile.

import { localSsim, lowestOf } from "./local_ssim.js";

addEventListener("message", ({ data: { id, first, second, width, height } }) => {
  const map = localSsim(first, second, width, height);
  postMessage({ id, map, width, height, lowest: lowestOf(map, width) }, [map.buffer]);
});
