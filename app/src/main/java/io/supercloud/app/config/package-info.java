/**
 * The deployment's one configuration file, as immutable records.
 *
 * <p>{@link io.supercloud.app.config.DeploymentConfig} is what the file says;
 * {@link io.supercloud.app.config.ConfigReader} reads it, and refuses it whole, with file and line, where anything in it is
 * not right.
 */
package io.supercloud.app.config;
