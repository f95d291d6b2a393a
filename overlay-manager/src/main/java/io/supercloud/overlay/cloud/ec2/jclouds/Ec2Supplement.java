package io.supercloud.overlay.cloud.ec2.jclouds;

import com.google.common.collect.Multimap;
import io.supercloud.overlay.cloud.ec2.internal.InstancePage;
import jakarta.inject.Named;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.io.Closeable;
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
            @FormParam("MaxResults") int mostInPage,
            From... from);

    /** Where a page begins; none for the first. */
    final class From extends BaseHttpRequestOptions {
        From(String page) {
            formParameters.put("NextToken", page);
        }
    }
}
