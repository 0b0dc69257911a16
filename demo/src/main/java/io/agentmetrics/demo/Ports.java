package io.agentmetrics.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Which TCP ports of this machine are to be had.
 */
final class Ports {

	private Ports() {
	}

	/**
	 * Returns if a port is free.
	 * @param port the port
	 * @param setting the environment variable that chooses another
	 * @throws DemoException if somebody listens there
	 */
	static void requireFree(int port, String setting) {
		if (!isFree(port)) {
			throw new DemoException("Port %d is taken: stop the program that listens there, or set %s to another port."
				.formatted(port, setting));
		}
	}

	/**
	 * Returns a port on which nobody listens.
	 * @param preferred the one to take if it is free
	 * @return that one, or any other
	 */
	static int free(int preferred) {
		return isFree(preferred) ? preferred : free();
	}

	/**
	 * Returns a port on which nobody listens.
	 * @return any
	 */
	static int free() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static boolean isFree(int port) {
		// binding all addresses may succeed beside one that listens on loopback only
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			return !socket.isConnected();
		}
		catch (IOException refused) {
			return canBind(port);
		}
	}

	private static boolean canBind(int port) {
		try (ServerSocket socket = new ServerSocket(port)) {
			return socket.isBound();
		}
		catch (IOException taken) {
			return false;
		}
	}

}
