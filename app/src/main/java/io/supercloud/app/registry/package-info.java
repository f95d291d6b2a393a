/** The registry process: one embedded ZooKeeper server for deployments without an ensemble of their own. */
package io.supercloud.app.registry;
