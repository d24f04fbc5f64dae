import { readFile } from 'node:fs/promises'
import { addFares } from '@/lib/core/fares/add-fares'
import { parseFaresCsv } from '@/lib/core/fares/parse-fares-csv'
import { env } from '@/lib/env'
import { makeContext, openContainer } from './container'

/** `npm run fares -- file.csv`: adds the versions of fares in the file, all or none. */
async function main(file: string | undefined): Promise<void> {
  if (file === undefined) throw new Error('Name a file: npm run fares -- file.csv')
  const fares = parseFaresCsv(await readFile(file, 'utf8'))
  const container = openContainer(env(), 'worker')
  try {
    const ctx = await makeContext(container, { kind: 'system', name: 'fares' }, 'fares')
    const added = await addFares(ctx, fares)
    process.stdout.write(`${added} of ${fares.length} fares are new.\n`)
  } finally {
    await container.close()
  }
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
