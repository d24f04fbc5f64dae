import { CopyButton } from '@/components/ui/copy-button'

/** A first call to try a key with. `appUrl` is where this installation is reached. */
export function CurlExample({ appUrl }: Readonly<{ appUrl: string }>) {
  const command = `curl -H "Authorization: Bearer sk_live_…" ${new URL('/api/v1/billing', appUrl).href}`
  return (
    <div className="flex items-start justify-between gap-3 px-5 py-3 text-left">
      <pre
        tabIndex={0}
        role="region"
        aria-label="Example call"
        className="min-w-0 flex-1 overflow-x-auto rounded py-1.5 font-mono text-[0.8125rem]"
      >
        <code>{command}</code>
      </pre>
      <CopyButton text={command} label="Copy the example call" />
    </div>
  )
}
