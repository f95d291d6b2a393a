package io.supercloud.overlay.cloud.ec2.jclouds;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jclouds.http.functions.ParseSax;
import org.xml.sax.Attributes;

/**
 * Reads an answer element by element. An element counts by its whole path, as names such as {@code state} or {@code item} stand in
 * many places; what is not known is passed over.
 */
abstract class PathHandler<T> extends ParseSax.HandlerWithResult<T> {
    private final Deque<String> path = new ArrayDeque<>();
    private final StringBuilder text = new StringBuilder();

    /** An element has ended: its path, separated by slashes, and its text. */
    abstract void ended(String place, String value);

    @Override
    public final void startElement(String uri, String localName, String qualifiedName, Attributes attributes) {
        path.addLast(qualifiedName);
        text.setLength(0);
    }

    @Override
    public final void characters(char[] characters, int start, int length) {
        text.append(characters, start, length);
    }

    @Override
    public final void endElement(String uri, String localName, String qualifiedName) {
        String place = String.join("/", path);
        path.removeLast();
        String value = text.toString().strip();
        text.setLength(0);
        ended(place, value);
    }
}
