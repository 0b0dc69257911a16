/**
 * Long lists in pages: opaque cursors, and where a page lies in its list; knows no
 * feature.
 */
@NullMarked
package io.agentmetrics.api.paging;

import org.jspecify.annotations.NullMarked;
