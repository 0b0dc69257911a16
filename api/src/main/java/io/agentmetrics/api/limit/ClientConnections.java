package io.agentmetrics.api.limit;

import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;
import org.apache.catalina.connector.Connector;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * The connections of all clients, and how long they may take to send something.
 */
@Component
final class ClientConnections implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

	/** The longest pause within a body. */
	private static final int PAUSE_MS = 5_000;

	private volatile @Nullable WatchedProtocol protocol;

	@Override
	public void customize(TomcatServletWebServerFactory factory) {
		factory.setProtocol(WatchedProtocol.class.getName());
		factory.addConnectorCustomizers(this::customize);
	}

	private void customize(Connector connector) {
		// nobody reads forms: without this Tomcat would, whoever asks for a parameter
		connector.setMaxPostSize(0);
		if (connector.getProtocolHandler() instanceof WatchedProtocol http) {
			http.setDisableUploadTimeout(false);
			http.setConnectionUploadTimeout(PAUSE_MS);
			this.protocol = http;
		}
	}

	/** Returns the connection of a request whose body has been read. */
	ClientConnection of(HttpServletRequest request) {
		String id = request.getServletConnection().getConnectionId();
		return new ClientConnection(() -> find(id));
	}

	private Optional<SocketWrapperBase<NioChannel>> find(String id) {
		WatchedProtocol known = this.protocol;
		if (known == null) {
			return Optional.empty();
		}
		return known.connections()
			.stream()
			// not an encrypted one, whose bytes mean something to somebody else
			.filter((wrapper) -> wrapper.getSocket() != null && wrapper.getSocket().getClass() == NioChannel.class)
			.filter((wrapper) -> wrapper.getServletConnection("HTTP/1.1", "").getConnectionId().equals(id))
			.findFirst();
	}

}
