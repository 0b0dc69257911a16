package io.agentmetrics.api.limit;

import java.util.Set;

import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Tomcat's usual protocol, whose connections can be looked at. Tomcat makes it by its
 * name.
 */
public final class WatchedProtocol extends Http11NioProtocol {

	Set<SocketWrapperBase<NioChannel>> connections() {
		return getEndpoint().getConnections();
	}

}
