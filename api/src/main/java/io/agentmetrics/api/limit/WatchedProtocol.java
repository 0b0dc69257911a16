package io.agentmetrics.api.limit;

import java.util.Set;

import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Tomcat's HTTP protocol with access to its connections. Tomcat creates it by its name,
 * so it is public.
 */
public final class WatchedProtocol extends Http11NioProtocol {

	Set<SocketWrapperBase<NioChannel>> connections() {
		return getEndpoint().getConnections();
	}

}
