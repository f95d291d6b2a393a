/**
 * The command line. {@link io.supercloud.app.cli.ControlClient} speaks to the manager; each command is a small class that
 * asks one thing and prints the answer as text or, with {@code --json}, as JSON.
 *
 * <p>Exit codes: 0 done; 1 refused or failed, with the reason on standard error; 2 the command line itself was wrong; 3 no
 * deployment is up; 130 interrupted.
 */
package io.supercloud.app.cli;
