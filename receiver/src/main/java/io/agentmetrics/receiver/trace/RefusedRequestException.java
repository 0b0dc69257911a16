package io.agentmetrics.receiver.trace;

import java.io.IOException;

/**
 * A request that is not received; the message says why and may be shown to the client.
 */
final class RefusedRequestException extends IOException {

	private final RpcStatus status;

	RefusedRequestException(RpcStatus status, String message) {
		super(message);
		this.status = status;
	}

	RpcStatus status() {
		return this.status;
	}

}
