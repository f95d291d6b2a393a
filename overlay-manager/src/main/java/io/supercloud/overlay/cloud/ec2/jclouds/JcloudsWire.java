package io.supercloud.overlay.cloud.ec2.jclouds;

import com.google.common.base.Throwables;
import com.google.common.collect.ImmutableMultimap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import com.google.common.collect.Multimap;
import com.google.inject.Injector;
import io.supercloud.core.SupercloudException;
import io.supercloud.overlay.cloud.ec2.Ec2Account;
import io.supercloud.overlay.cloud.ec2.Ec2Credential;
import io.supercloud.overlay.cloud.ec2.Ec2Openings.Rule;
import io.supercloud.overlay.cloud.ec2.internal.Ec2Failure;
import io.supercloud.overlay.cloud.ec2.internal.Ec2Group;
import io.supercloud.overlay.cloud.ec2.internal.Ec2Wire;
import io.supercloud.overlay.cloud.ec2.internal.InstancePage;
import io.supercloud.overlay.cloud.ec2.internal.RunOrder;
import io.supercloud.overlay.cloud.ec2.jclouds.Ec2Supplement.Parameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import org.jclouds.Constants;
import org.jclouds.ContextBuilder;
import org.jclouds.aws.AWSResponseException;
import org.jclouds.aws.domain.SessionCredentials;
import org.jclouds.aws.ec2.AWSEC2Api;
import org.jclouds.aws.ec2.AWSEC2ProviderMetadata;
import org.jclouds.domain.Credentials;
import org.jclouds.http.HttpResponseException;
import org.jclouds.location.reference.LocationConstants;
import org.jclouds.logging.config.NullLoggingModule;

/** EC2's calls, each one request: what is worth another try is told by who calls. */
public final class JcloudsWire implements Ec2Wire {
    /** jclouds speaks 2012-06-01 by itself, which has no tags at birth and no nested virtualization. */
    private static final String API_VERSION = "2016-11-15";

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    private static final String MOST_IN_PAGE = "100";
    private static final int UNAUTHORIZED_STATUS = 401;

    private final String region;
    private final AWSEC2Api api;
    private final Ec2Supplement supplement;

    private JcloudsWire(String region, AWSEC2Api api, Ec2Supplement supplement) {
        this.region = region;
        this.api = api;
        this.supplement = supplement;
    }

    /** Nothing is asked of EC2 yet. */
    public static JcloudsWire open(Ec2Account account, InstantSource clock) {
        Properties properties = new Properties();
        properties.setProperty(Constants.PROPERTY_MAX_RETRIES, "0");
        properties.setProperty(Constants.PROPERTY_SO_TIMEOUT, Long.toString(ANSWER_LIMIT.toMillis()));
        properties.setProperty(Constants.PROPERTY_CONNECTION_TIMEOUT, Long.toString(ANSWER_LIMIT.toMillis()));
        properties.setProperty(LocationConstants.PROPERTY_REGIONS, account.region());
        Injector injector = ContextBuilder.newBuilder(new AWSEC2ProviderMetadata())
                .endpoint(account.endpoint().toString())
                .apiVersion(API_VERSION)
                .credentialsSupplier(() -> credentials(account.credential().get()))
                .overrides(properties)
                .modules(ImmutableSet.of(new Ec2Module(account, clock), new NullLoggingModule()))
                .buildInjector();
        return new JcloudsWire(
                account.region(), injector.getInstance(AWSEC2Api.class), injector.getInstance(Ec2Supplement.class));
    }

    private static Credentials credentials(Ec2Credential credential) {
        return credential.sessionToken().isEmpty()
                ? new Credentials(credential.accessKey(), credential.secretKey())
                : SessionCredentials.builder()
                        .accessKeyId(credential.accessKey())
                        .secretAccessKey(credential.secretKey())
                        .sessionToken(credential.sessionToken())
                        .build();
    }

    @Override
    public String runInstance(RunOrder order) {
        return call(() -> Iterables.getOnlyElement(api.getInstanceApi()
                        .get()
                        .runInstancesInRegion(region, order.zone(), order.image(), 1, 1, new RunOptions(order)))
                .getId());
    }

    @Override
    public InstancePage describeInstances(Map<String, String> filters, String page) {
        Parameters parameters = new Parameters().with("MaxResults", MOST_IN_PAGE);
        return call(() -> supplement.describeInstances(
                region, wanted(filters), page.isEmpty() ? parameters : parameters.with("NextToken", page)));
    }

    private static Multimap<String, String> wanted(Map<String, String> filters) {
        ImmutableMultimap.Builder<String, String> wanted = ImmutableMultimap.builder();
        filters.forEach((name, values) -> wanted.putAll(name, values.split(",")));
        return wanted.build();
    }

    @Override
    public void terminateInstance(String instanceId) {
        act("TerminateInstances", new Parameters().with("InstanceId.1", instanceId));
    }

    @Override
    public List<Ec2Group> describeGroups(Map<String, String> filters) {
        return call(() -> supplement.describeGroups(region, wanted(filters)));
    }

    @Override
    public String createGroup(String name, Map<String, String> tags) {
        return call(() -> supplement.createGroup(
                region,
                new Parameters()
                        .with("GroupName", name)
                        .with("GroupDescription", "Hosts of a Supercloud")
                        .tags(1, "security-group", tags)));
    }

    @Override
    public void authorize(String groupId, Set<Rule> rules) {
        act("AuthorizeSecurityGroupIngress", permissions(groupId, rules));
    }

    @Override
    public void revoke(String groupId, Set<Rule> rules) {
        act("RevokeSecurityGroupIngress", permissions(groupId, rules));
    }

    private static Parameters permissions(String groupId, Set<Rule> rules) {
        Parameters parameters = new Parameters().with("GroupId", groupId);
        int index = 0;
        for (Rule rule : rules) {
            index++;
            String prefix = "IpPermissions.%d.".formatted(index);
            parameters
                    .with(prefix + "IpProtocol", rule.ports().protocol())
                    .with(prefix + "FromPort", Integer.toString(rule.ports().first()))
                    .with(prefix + "ToPort", Integer.toString(rule.ports().last()))
                    .with(prefix + "IpRanges.1.CidrIp", rule.source().toString());
        }
        return parameters;
    }

    @Override
    public void deleteGroup(String groupId) {
        act("DeleteSecurityGroup", new Parameters().with("GroupId", groupId));
    }

    private void act(String action, Parameters parameters) {
        call(() -> {
            supplement.act(region, action, parameters);
            return action;
        });
    }

    /** jclouds throws what it likes: what it found in EC2's answer is in one of the causes. */
    private static <T> T call(Supplier<T> call) {
        try {
            return call.get();
        } catch (SupercloudException e) {
            throw e;
        } catch (RuntimeException e) {
            throw failure(e);
        }
    }

    private static Ec2Failure failure(RuntimeException thrown) {
        for (Throwable cause : Throwables.getCausalChain(thrown)) {
            if (cause instanceof AWSResponseException answer && answer.getError() != null) {
                String code = answer.getError().getCode();
                return new Ec2Failure(
                        answer.getResponse().getStatusCode(),
                        code == null ? "" : code,
                        "EC2 answered %s: %s".formatted(code, answer.getError().getMessage()),
                        thrown);
            }
            // The body of this one is lost in the JDK's client, and EC2 sends it for one reason only.
            if (cause instanceof HttpResponseException answer
                    && answer.getResponse().getStatusCode() == UNAUTHORIZED_STATUS) {
                return new Ec2Failure(
                        UNAUTHORIZED_STATUS, "AuthFailure", "EC2 does not know who asks: AuthFailure", thrown);
            }
            if (cause instanceof SupercloudException known) {
                throw known;
            }
        }
        return new Ec2Failure(
                0,
                "",
                "EC2 gave no answer: %s"
                        .formatted(Throwables.getRootCause(thrown).getMessage()),
                thrown);
    }

    @Override
    public void close() {
        try {
            api.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
