// Niceties only: every page works without this file.
import 'htmx.org';
import './chips.js';
import './copy.js';
import './dialog.js';
import './event.js';
import './group.js';
import './menu.js';
import './password.js';
import './submit.js';
import './theme.js';
import './time.js';
import './toast.js';
