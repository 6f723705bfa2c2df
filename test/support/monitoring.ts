import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** One query of the dashboard. */
export interface PanelQuery { title: string, legend: string, expr: string }

/** One rule of the component: a recording rule or an alert. */
export interface MonitoringRule { record?: string, alert?: string, expr: string, annotations?: Record<string, string> }

/** The two files with rules, without their ending. */
export const RULE_FILES = ['recording-rules', 'alerts'] as const

const FOLDER = new URL('../../k8s/components/monitoring/', import.meta.url)
const text = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8')

/** What a PrometheusRule object holds, as Prometheus itself reads it. */
export function readRules (file: (typeof RULE_FILES)[number]): { groups: { name: string, rules: MonitoringRule[] }[] } {
  return parse(text(`${file}.yaml`)).spec
}

/** Every rule of both files. */
export function allRules (): MonitoringRule[] {
  return RULE_FILES.flatMap((file) => readRules(file).groups.flatMap(({ rules }) => rules))
}

/** Every query of the dashboard, its variables as they are written. */
export function panelQueries (): PanelQuery[] {
  const { panels }: { panels: { title: string, targets?: { expr: string, legendFormat: string }[] }[] } = JSON.parse(text('dashboard.json'))
  return panels.flatMap(({ title, targets = [] }) => targets.map(({ expr, legendFormat }) => ({ title, legend: legendFormat, expr })))
}

/** The series that an expression reads: names with their matchers. */
export function selectorsOf (expr: string): { name: string, matchers: string }[] {
  return [...expr.matchAll(/(?<![\w:"])((?:unif2ace_|process_|nodejs_|job:|pod:)[\w:]+|up(?!\w))(\{[^}]*\})?/g)].map(([, name = '', matchers = '']) => ({ name, matchers }))
}
