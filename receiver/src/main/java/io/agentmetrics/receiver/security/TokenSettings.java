package io.agentmetrics.receiver.security;

import java.net.InetAddress;
import java.net.UnknownHostException;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Whether tokens are needed, and can be checked.
 *
 * @param address where the receiver listens
 * @param keys whether it is known where the keys are that tokens are signed with
 * @param audience whether it is known whom a token must be meant for
 */
public record TokenSettings(String address, boolean keys, boolean audience) {

	private static final String SECURITY = "agent-metrics.security.";

	/** Reads the settings. */
	public static TokenSettings of(Environment environment) {
		return new TokenSettings(environment.getProperty("server.address", ""),
				isSet(environment, "issuer-uri") || isSet(environment, "jwk-set-uri"), isSet(environment, "audience"));
	}

	private static boolean isSet(Environment environment, String name) {
		return StringUtils.hasText(environment.getProperty(SECURITY + name));
	}

	/** Returns whether requests need a token: unless only this machine can send them. */
	public boolean areNeeded() {
		return this.keys || this.audience || !isLoopback();
	}

	public boolean canBeChecked() {
		return this.keys && this.audience;
	}

	private boolean isLoopback() {
		try {
			// of nothing it would be loopback, though the server then listens everywhere
			return !this.address.isBlank() && InetAddress.getByName(this.address).isLoopbackAddress();
		}
		catch (UnknownHostException ex) {
			return false;
		}
	}

}
