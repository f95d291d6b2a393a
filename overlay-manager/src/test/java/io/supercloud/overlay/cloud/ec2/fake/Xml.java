package io.supercloud.overlay.cloud.ec2.fake;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Answers of EC2, with what stands beside what is looked for: a reader must find its own elements among these. */
final class Xml {
    private static final String NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/";

    private Xml() {}

    static String error(String code, String message) {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <Response><Errors><Error><Code>%s</Code><Message>%s</Message></Error></Errors><RequestID>fake</RequestID></Response>
                """.formatted(code, escaped(message));
    }

    static String answer(String action, String content) {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <%1$sResponse xmlns="%2$s"><requestId>fake</requestId>%3$s</%1$sResponse>
                """.formatted(action, NAMESPACE, content);
    }

    static String ran(FakeInstance instance, String state) {
        return answer(
                "RunInstances",
                "<reservationId>r-1</reservationId><ownerId>1</ownerId><groupSet/><instancesSet>%s</instancesSet>"
                        .formatted(item(instance, state)));
    }

    static String described(Map<FakeInstance, String> instances, String next) {
        String reservations = instances.entrySet().stream()
                .map(each -> """
                        <item><reservationId>r-1</reservationId><ownerId>1</ownerId><groupSet/>
                        <instancesSet>%s</instancesSet></item>
                        """.formatted(item(each.getKey(), each.getValue())))
                .collect(Collectors.joining());
        return answer(
                "DescribeInstances",
                "<reservationSet>%s</reservationSet>%s"
                        .formatted(reservations, next.isEmpty() ? "" : "<nextToken>%s</nextToken>".formatted(next)));
    }

    private static String item(FakeInstance instance, String state) {
        String tags = instance.tags().entrySet().stream()
                .map(tag -> "<item><key>%s</key><value>%s</value></item>"
                        .formatted(escaped(tag.getKey()), escaped(tag.getValue())))
                .collect(Collectors.joining());
        return """
                <item><instanceId>%1$s</instanceId><imageId>ami-1</imageId>
                <instanceState><code>0</code><name>%2$s</name></instanceState>
                <privateDnsName/><dnsName/><reason/><amiLaunchIndex>0</amiLaunchIndex><productCodes/>
                <instanceType>%3$s</instanceType><launchTime>2026-11-20T00:00:00.000Z</launchTime>
                <placement><availabilityZone>%4$s</availabilityZone><groupName/><tenancy>default</tenancy></placement>
                <monitoring><state>disabled</state></monitoring><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId>
                <privateIpAddress>172.31.0.9</privateIpAddress>%5$s
                <groupSet><item><groupId>sg-1</groupId><groupName>default</groupName></item></groupSet>
                <architecture>x86_64</architecture><rootDeviceType>ebs</rootDeviceType>
                <blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-1</volumeId>
                <status>attaching</status><attachTime>2026-11-20T00:00:01.000Z</attachTime>
                <deleteOnTermination>true</deleteOnTermination></ebs></item></blockDeviceMapping>
                <virtualizationType>hvm</virtualizationType>%6$s<tagSet>%7$s</tagSet><hypervisor>xen</hypervisor>
                <networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId><status>in-use</status>
                <privateIpAddress>172.31.0.9</privateIpAddress><attachment><attachmentId>a-1</attachmentId>
                <status>attached</status></attachment><privateIpAddressesSet><item><privateIpAddress>172.31.0.9</privateIpAddress>
                <primary>true</primary></item></privateIpAddressesSet></item></networkInterfaceSet>
                <metadataOptions><state>applied</state><httpTokens>optional</httpTokens></metadataOptions></item>
                """.formatted(
                        instance.id(),
                        state,
                        instance.parameters().get("InstanceType"),
                        instance.parameters().get("Placement.AvailabilityZone"),
                        state.equals("running") ? "<ipAddress>%s</ipAddress>".formatted(instance.address()) : "",
                        instance.spot() ? "<instanceLifecycle>spot</instanceLifecycle>" : "",
                        tags);
    }

    static String terminated(List<String> ids) {
        return answer(
                "TerminateInstances",
                "<instancesSet>%s</instancesSet>"
                        .formatted(ids.stream().map(id -> """
                                        <item><instanceId>%s</instanceId><currentState><code>32</code>
                                        <name>shutting-down</name></currentState><previousState><code>16</code>
                                        <name>running</name></previousState></item>
                                        """.formatted(id)).collect(Collectors.joining())));
    }

    static String groups(List<FakeGroup> groups) {
        return answer(
                "DescribeSecurityGroups",
                "<securityGroupInfo>%s</securityGroupInfo>"
                        .formatted(groups.stream().map(Xml::group).collect(Collectors.joining())));
    }

    private static String group(FakeGroup group) {
        String permissions = group.rules().stream()
                .map(rule -> rule.split("[ -]"))
                .map(rule -> """
                        <item><ipProtocol>%s</ipProtocol><fromPort>%s</fromPort><toPort>%s</toPort><groups/>
                        <ipRanges><item><cidrIp>%s</cidrIp></item></ipRanges><ipv6Ranges/><prefixListIds/></item>
                        """.formatted(rule[0], rule[1], rule[2], rule[4]))
                .collect(Collectors.joining());
        return """
                <item><ownerId>1</ownerId><groupId>%s</groupId><groupName>%s</groupName><vpcId>vpc-1</vpcId>
                <ipPermissions>%s</ipPermissions><ipPermissionsEgress><item><ipProtocol>-1</ipProtocol><groups/>
                <ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges></item></ipPermissionsEgress></item>
                """.formatted(group.id(), group.name(), permissions);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
