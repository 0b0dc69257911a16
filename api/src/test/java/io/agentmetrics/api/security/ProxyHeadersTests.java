package io.agentmetrics.api.security;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.RemoteIpValve;
import org.apache.catalina.valves.ValveBase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.tomcat.autoconfigure.TomcatServerProperties;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link ProxyHeaders} before Tomcat's own valve, as they stand in the server.
 */
class ProxyHeadersTests {

	private final TomcatServerProperties properties = new TomcatServerProperties();

	private final List<String> seen = new ArrayList<>();

	/** Whoever asks has a private address, as clients and proxies in a cluster have. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			                              |                    | 10.0.0.1
			198.51.100.7                  |                    | 198.51.100.7
			10.0.0.9                      |                    | 10.0.0.9
			made-up, 10.0.0.9             |                    | 10.0.0.9
			10.0.0.8, 10.0.0.9            |                    | 10.0.0.9
			198.51.100.6, 198.51.100.7    |                    | 198.51.100.7
			10.0.0.8, 10.0.0.9, 10.0.1.1  | 10\\.0\\.1\\.\\d+  | 10.0.0.9
			10.0.1.2, 10.0.1.1            | 10\\.0\\.1\\.\\d+  | 10.0.1.2
			,                             |                    | 10.0.0.1
			""")
	void clientIsWhomTheLastProxySaw(@Nullable String forwardedFor, @Nullable String furtherProxies, String client)
			throws Exception {
		this.properties.getRemoteip().setTrustedProxies(furtherProxies);
		Request request = request("10.0.0.1", "m.example");
		if (forwardedFor != null) {
			add(request, "X-Forwarded-For", forwardedFor);
		}
		pass(request);
		assertThat(this.seen).containsExactly(client + " http://m.example:80");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			m.example:8443 |                | https |      | https://m.example:8443
			m.example:8080 |                | http  |      | http://m.example:8080
			m.example      |                | https |      | https://m.example:443
			m.example      |                | https | 8443 | https://m.example:8443
			api:8080       | m.example      | https |      | https://m.example:443
			api:8080       | m.example:8443 | https |      | https://m.example:8443
			api:8080       | m.example      | https | 8443 | https://m.example:8443
			m.example:8443 |                | https | 443  | https://m.example:8443
			[::1]:8443     |                | https |      | https://[::1]:8443
			m.example:8443 | what? :1       | https |      | https://m.example:443
			""")
	void addressIsTheOneThatTheBrowserSees(String host, @Nullable String forwardedHost, String scheme,
			@Nullable String port, String address) throws Exception {
		Request request = request("10.0.0.1", host);
		add(request, "X-Forwarded-Host", forwardedHost);
		add(request, "X-Forwarded-Proto", scheme);
		add(request, "X-Forwarded-Port", port);
		pass(request);
		assertThat(this.seen).containsExactly("10.0.0.1 " + address);
	}

	@Test
	void strangersAreNotBelieved() throws Exception {
		Request request = request("198.51.100.7", "m.example:8443");
		add(request, "X-Forwarded-For", "10.0.0.9");
		add(request, "X-Forwarded-Host", "elsewhere.example");
		add(request, "X-Forwarded-Proto", "https");
		pass(request);
		assertThat(this.seen).containsExactly("198.51.100.7 http://m.example:8443");
	}

	private void pass(Request request) throws IOException, ServletException {
		ProxyHeaders headers = new ProxyHeaders(this.properties);
		RemoteIpValve tomcats = new RemoteIpValve();
		tomcats.setInternalProxies(this.properties.getRemoteip().getInternalProxies());
		tomcats.setHostHeader("X-Forwarded-Host");
		tomcats.setPortHeader("X-Forwarded-Port");
		tomcats.setProtocolHeader("X-Forwarded-Proto");
		headers.setNext(tomcats);
		tomcats.setNext(new ValveBase(true) {

			@Override
			public void invoke(Request request, Response response) {
				ProxyHeadersTests.this.seen.add(request.getRemoteAddr() + " " + request.getScheme() + "://"
						+ request.getServerName() + ":" + request.getServerPort());
			}

		});
		headers.invoke(request, new Response(new org.apache.coyote.Response()));
	}

	private static Request request(String address, String host) {
		org.apache.coyote.Request received = new org.apache.coyote.Request();
		received.scheme().setString("http");
		int colon = host.lastIndexOf(':');
		boolean port = colon > host.indexOf(']');
		received.serverName().setString(port ? host.substring(0, colon) : host);
		received.setServerPort(port ? Integer.parseInt(host.substring(colon + 1)) : 80);
		Request request = new Request(new Connector(), received);
		request.setRemoteAddr(address);
		add(request, "Host", host);
		return request;
	}

	private static void add(Request request, String name, @Nullable String value) {
		if (value != null) {
			request.getCoyoteRequest().getMimeHeaders().addValue(name).setString(value);
		}
	}

}
