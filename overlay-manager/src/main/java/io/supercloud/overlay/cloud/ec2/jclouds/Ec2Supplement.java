package io.supercloud.overlay.cloud.ec2.jclouds;

import com.google.common.collect.Multimap;
import io.supercloud.overlay.cloud.ec2.internal.Ec2Group;
import io.supercloud.overlay.cloud.ec2.internal.InstancePage;
import jakarta.inject.Named;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.io.Closeable;
import java.util.List;
import java.util.Map;
import org.jclouds.aws.ec2.xml.CreateSecurityGroupResponseHandler;
import org.jclouds.aws.filters.FormSigner;
import org.jclouds.ec2.binders.BindFiltersToIndexedFormParams;
import org.jclouds.http.options.BaseHttpRequestOptions;
import org.jclouds.location.functions.RegionToEndpointOrProviderIfNull;
import org.jclouds.rest.annotations.BinderParam;
import org.jclouds.rest.annotations.EndpointParam;
import org.jclouds.rest.annotations.FormParams;
import org.jclouds.rest.annotations.RequestFilters;
import org.jclouds.rest.annotations.VirtualHost;
import org.jclouds.rest.annotations.XMLResponseParser;

/** What jclouds' own interfaces of EC2 lack. */
@RequestFilters(FormSigner.class)
@VirtualHost
interface Ec2Supplement extends Closeable {
    /** In pages, with tags, reasons and market. */
    @Named("DescribeInstances")
    @POST
    @Path("/")
    @FormParams(keys = "Action", values = "DescribeInstances")
    @XMLResponseParser(InstancePageHandler.class)
    InstancePage describeInstances(
            @EndpointParam(parser = RegionToEndpointOrProviderIfNull.class) String region,
            @BinderParam(BindFiltersToIndexedFormParams.class) Multimap<String, String> filters,
            Parameters parameters);

    /** With every source of every port. */
    @Named("DescribeSecurityGroups")
    @POST
    @Path("/")
    @FormParams(keys = "Action", values = "DescribeSecurityGroups")
    @XMLResponseParser(GroupsHandler.class)
    List<Ec2Group> describeGroups(
            @EndpointParam(parser = RegionToEndpointOrProviderIfNull.class) String region,
            @BinderParam(BindFiltersToIndexedFormParams.class) Multimap<String, String> filters);

    /** With tags from birth; the new group's id. */
    @Named("CreateSecurityGroup")
    @POST
    @Path("/")
    @FormParams(keys = "Action", values = "CreateSecurityGroup")
    @XMLResponseParser(CreateSecurityGroupResponseHandler.class)
    String createGroup(
            @EndpointParam(parser = RegionToEndpointOrProviderIfNull.class) String region, Parameters parameters);

    /** An action whose answer says nothing but that it was done. jclouds' own take an error that says that a thing is not there for that. */
    @Named("Act")
    @POST
    @Path("/")
    void act(
            @EndpointParam(parser = RegionToEndpointOrProviderIfNull.class) String region,
            @FormParam("Action") String action,
            Parameters parameters);

    /** Of an action, by the names of its documentation. */
    final class Parameters extends BaseHttpRequestOptions {
        Parameters with(String name, String value) {
            formParameters.put(name, value);
            return this;
        }

        /** @param index of the specification in the request, from 1 */
        Parameters tags(int index, String resource, Map<String, String> tags) {
            String prefix = "TagSpecification.%d.".formatted(index);
            with(prefix + "ResourceType", resource);
            int number = 0;
            for (Map.Entry<String, String> tag : tags.entrySet()) {
                number++;
                with("%sTag.%d.Key".formatted(prefix, number), tag.getKey());
                with("%sTag.%d.Value".formatted(prefix, number), tag.getValue());
            }
            return this;
        }
    }
}
