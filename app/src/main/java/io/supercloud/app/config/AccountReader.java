package io.supercloud.app.config;

import io.supercloud.app.config.DeploymentConfig.Account;
import io.supercloud.app.config.DeploymentConfig.Provider;
import io.supercloud.app.config.DeploymentConfig.Quota;
import io.supercloud.app.config.DeploymentConfig.Site;
import io.supercloud.core.Cidr;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Names;
import io.supercloud.image.KeyReference;
import io.supercloud.overlay.cloud.ec2.Ec2Account;
import io.supercloud.settings.Mapping;
import io.supercloud.settings.Node;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the accounts of a deployment. */
final class AccountReader {
    private static final int MAX_QUOTA_VCPUS = 1_000_000;
    private static final int MEBI_SHIFT = 20;

    private AccountReader() {}

    static Map<String, Account> accounts(Node node) {
        Map<String, Account> accounts = new LinkedHashMap<>();
        node.map(item -> item.mapping(AccountReader::account))
                .forEach((name, account) -> accounts.put(
                        Names.require("account", name),
                        new Account(name, account.provider(), account.quota(), account.ec2())));
        if (accounts.isEmpty()) {
            throw node.error("there must be an account, such as 'home: {provider: local}'");
        }
        return Map.copyOf(accounts);
    }

    private static Account account(Mapping keys) {
        Provider provider = keys.require("provider").oneOf(Provider.class);
        return new Account(
                "",
                provider,
                keys.optional("quota").map(AccountReader::quota).orElse(Quota.NONE),
                switch (provider) {
                    case LOCAL, LOCAL_VM -> Optional.empty();
                    case EC2 -> Optional.of(ec2(keys));
                });
    }

    private static Ec2Settings ec2(Mapping keys) {
        String region = keys.require("region").parsed(Ec2Account::region);
        return new Ec2Settings(
                region,
                keys.optional("endpoint")
                        .map(node -> node.parsed(AccountReader::endpoint))
                        .orElseGet(() -> Ec2Account.endpoint(region)),
                keys.require("image").parsed(Ec2Account::image),
                keys.require("manager").parsed(Cidr::parse),
                keys.require("credential").parsed(KeyReference::new));
    }

    /** Requests are signed and not secret, but what they order is nobody else's business. */
    private static URI endpoint(String text) {
        try {
            URI endpoint = new URI(text);
            if (endpoint.getHost() == null || !"https".equals(endpoint.getScheme())) {
                throw new InvalidValueException(
                        "'%s' is no endpoint: use an address that begins with https://".formatted(text));
            }
            return endpoint;
        } catch (URISyntaxException e) {
            throw new InvalidValueException("'%s' is no address: %s".formatted(text, e.getMessage()));
        }
    }

    /** A site of an account at EC2 is in the account's region, in one of its zones. */
    static void requirePlace(Mapping site, Account account) {
        if (account.ec2().isEmpty()) {
            return;
        }
        String region = account.ec2().get().region();
        Node told = site.require("region");
        if (!told.string().equals(region)) {
            throw told.error(
                    "account %s rents in region %s; make an account for each region".formatted(account.name(), region));
        }
        Node zone = site.require("zone");
        if (!zone.string().startsWith(region)) {
            throw zone.error(
                    "'%s' is no zone of region %s: use one such as %sa".formatted(zone.string(), region, region));
        }
    }

    private static Quota quota(Node quota) {
        return quota.mapping(keys -> new Quota(
                keys.optional("hosts")
                        .map(node -> (int) node.integer(1, ConfigReader.MAX_SITES))
                        .orElse(Quota.NONE.hosts()),
                keys.optional("vcpus")
                        .map(node -> (int) node.integer(1, MAX_QUOTA_VCPUS))
                        .orElse(Quota.NONE.vcpus()),
                keys.optional("memory").map(node -> node.bytes() >> MEBI_SHIFT).orElse(Quota.NONE.memoryMiB())));
    }

    static void requireHosts(Node node, List<Site> sites, Map<String, Account> accounts) {
        for (Account account : accounts.values()) {
            long wanted = sites.stream()
                    .filter(site -> site.account().equals(account.name()))
                    .count();
            if (wanted > account.quota().hosts()) {
                throw node.error("account %s has %d sites, each with a host, and a quota of %d hosts"
                        .formatted(account.name(), wanted, account.quota().hosts()));
            }
        }
    }
}
