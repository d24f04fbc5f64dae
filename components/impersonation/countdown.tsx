'use client'

import { useEffect, useState } from 'react'
import { nearness, timeLeft } from './time-left'

/** How long the look lasts yet. At its end, or when it ends in another tab, the page asks the server, which knows. */
export function Countdown({ secondsLeft }: Readonly<{ secondsLeft: number }>) {
  const [left, setLeft] = useState(secondsLeft)

  useEffect(() => {
    const end = Date.now() + secondsLeft * 1000
    const ticks = setInterval(() => {
      const rest = Math.max(0, Math.ceil((end - Date.now()) / 1000))
      setLeft(rest)
      if (rest === 0) location.reload()
    }, 1000)
    return () => clearInterval(ticks)
  }, [secondsLeft])

  useEffect(() => {
    const channel = new BroadcastChannel('talktime.impersonation')
    channel.onmessage = () => location.reload()
    return () => {
      channel.postMessage('over')
      channel.close()
    }
  }, [])

  return (
    <>
      <span role="timer" aria-label="Ends in" className="shrink-0 font-medium tabular-nums">
        {timeLeft(left)}
      </span>
      <span role="status" className="sr-only">
        {nearness(left)}
      </span>
    </>
  )
}
