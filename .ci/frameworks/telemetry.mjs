// OpenTelemetry as docs/your-own-data.md sets it up; the variables OTEL_… say where spans go
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { NodeSDK } from '@opentelemetry/sdk-node';

export const telemetry = new NodeSDK({ traceExporter: new OTLPTraceExporter() });
telemetry.start();
