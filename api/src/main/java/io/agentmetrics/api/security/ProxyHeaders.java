package io.agentmetrics.api.security;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.tomcat.util.http.parser.Host;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.tomcat.autoconfigure.TomcatServerProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/**
 * Completes the headers in which proxies say who asks and under which address, before
 * Tomcat's {@link org.apache.catalina.valves.RemoteIpValve} believes them. That one knows
 * a port from {@code X-Forwarded-Port} alone, else it takes 443; and it takes each
 * private address for one more proxy, so that a client with such an address could choose
 * its own.
 */
@Component
@Order(ProxyHeaders.BEFORE_TOMCATS)
final class ProxyHeaders extends ValveBase implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

	/** Valves are asked in the order in which they are added; Boot adds Tomcat's at 0. */
	static final int BEFORE_TOMCATS = -1;

	private static final String FOR = "X-Forwarded-For";

	private static final String HOST = "X-Forwarded-Host";

	private static final String PORT = "X-Forwarded-Port";

	private final @Nullable Pattern furtherProxies;

	ProxyHeaders(TomcatServerProperties properties) {
		super(true);
		String trusted = properties.getRemoteip().getTrustedProxies();
		this.furtherProxies = (trusted != null) ? Pattern.compile(trusted) : null;
	}

	@Override
	public void customize(TomcatServletWebServerFactory factory) {
		factory.addEngineValves(this);
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		List<String> chain = Collections.list(request.getHeaders(FOR));
		if (!chain.isEmpty()) {
			set(request, FOR, client(String.join(",", chain).split(",", -1)));
		}
		String host = request.getHeader((request.getHeader(HOST) != null) ? HOST : HttpHeaders.HOST);
		int colon = (host != null) ? colon(host) : -1;
		if (host != null && colon >= 0) {
			set(request, PORT, host.substring(colon + 1));
		}
		getNext().invoke(request, response);
	}

	/**
	 * The last address that no further proxy has: what stands before it may be made up.
	 */
	private String client(String[] addresses) {
		int last = addresses.length - 1;
		while (last > 0 && this.furtherProxies != null
				&& this.furtherProxies.matcher(addresses[last].strip()).matches()) {
			last--;
		}
		return addresses[last].strip();
	}

	/** Where the port of a host begins; -1 if it has none, or is none. */
	private static int colon(String host) {
		try {
			return Host.parse(host);
		}
		catch (IllegalArgumentException ex) {
			return -1;
		}
	}

	private static void set(Request request, String name, String value) {
		request.getCoyoteRequest().getMimeHeaders().setValue(name).setString(value);
	}

}
