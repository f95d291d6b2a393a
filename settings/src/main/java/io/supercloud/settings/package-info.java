/**
 * Strict YAML for the files that users write: deployments and policies.
 *
 * <p>{@link io.supercloud.settings.Settings} reads a file into a {@link io.supercloud.settings.Node}; a caller takes typed
 * values out of it, and every mistake becomes a {@link io.supercloud.settings.SettingsException} with file, line, column,
 * what is wrong and the nearest known key or value. The language is YAML 1.2 (yaml.org/spec/1.2.2) without anchors,
 * aliases, tags and further documents, and with bounds on size and nesting; a key stands once in its mapping. A
 * {@link io.supercloud.settings.Mapping} remembers which keys were read, so it belongs to one thread; the rest is
 * immutable.
 */
package io.supercloud.settings;
