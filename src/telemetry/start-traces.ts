import type { Traces } from './traces.js'

/** Any of these asks for traces; the SDK reads them, and all others of OpenTelemetry's standard variables, itself. */
const ENDPOINTS = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] as const

/**
 * Begins to trace where the environment asks for it. Elsewhere nothing of OpenTelemetry's SDK is loaded.
 *
 * @param environment the process environment
 * @throws Error for a protocol that is not spoken
 */
export async function startTraces (environment: NodeJS.ProcessEnv): Promise<Traces | undefined> {
  const isAsked = ENDPOINTS.some((name) => (environment[name] ?? '') !== '') || environment['OTEL_TRACES_EXPORTER'] === 'otlp'
  const isOff = environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' || environment['OTEL_TRACES_EXPORTER'] === 'none'
  if (!isAsked || isOff) return undefined
  const { otlpTraces } = await import('./otlp-traces.js')
  return await otlpTraces(environment['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] ?? environment['OTEL_EXPORTER_OTLP_PROTOCOL'] ?? 'http/protobuf')
}
