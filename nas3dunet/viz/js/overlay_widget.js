// The overlay viewer as a widget of its own (viz.overlay).
import { showing, Viewer } from "./overlay.js";

export default showing(Viewer);
