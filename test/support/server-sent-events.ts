/** One event as a client sees it. */
export interface ReceivedEvent { event: string, body: Record<string, unknown> }

/** Reads a whole stream of server-sent events; comments are skipped as clients skip them. */
export function readEvents (text: string): { events: ReceivedEvent[], isDone: boolean } {
  const blocks = text.split('\n\n').filter((block) => block !== '' && !block.startsWith(':'))
  const events = blocks.filter((block) => block !== 'data: [DONE]').map((block) => {
    const fields = new Map(block.split('\n').map((line): [string, string] => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]))
    return { event: fields.get('event') ?? 'message', body: JSON.parse(fields.get('data') ?? 'null') }
  })
  return { events, isDone: blocks.at(-1) === 'data: [DONE]' }
}
