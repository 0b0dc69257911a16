package io.agentmetrics.receiver.security;

import java.net.InetAddress;
import java.net.UnknownHostException;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Whether tokens are needed, and can be checked.
 *
 * @param mode whether everybody may send, {@value #NONE}, or who has a token,
 * {@value #JWT}
 * @param address where the receiver listens
 * @param keys whether it is known where the keys are that tokens are signed with
 * @param audience whether it is known whom a token must be meant for
 */
public record TokenSettings(String mode, String address, boolean keys, boolean audience) {

	private static final String JWT = "jwt";

	private static final String NONE = "none";

	private static final String SECURITY = "agent-metrics.security.";

	/** Reads the settings. */
	public static TokenSettings of(Environment environment) {
		return new TokenSettings(environment.getProperty(SECURITY + "write-mode", JWT),
				environment.getProperty("server.address", ""),
				isSet(environment, "issuer-uri") || isSet(environment, "jwk-set-uri"), isSet(environment, "audience"));
	}

	private static boolean isSet(Environment environment, String name) {
		return StringUtils.hasText(environment.getProperty(SECURITY + name));
	}

	/**
	 * Returns whether requests need a token: unless only this machine can send them, or
	 * somebody else sees to it who can, as where a container's port is given to its
	 * machine alone.
	 */
	public boolean areNeeded() {
		return this.keys || this.audience || !(isOpen() || isLoopback());
	}

	/** Returns whether everybody may send who reaches the port, wherever that is. */
	boolean isOpen() {
		return this.mode.equals(NONE);
	}

	/** Returns whether the settings agree with each other. */
	public boolean areConsistent() {
		return isOpen() ? !(this.keys || this.audience) : this.mode.equals(JWT);
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
