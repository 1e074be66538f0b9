// Loaded into each server that is measured (`--import`): tells its CPU time, as getrusage gives it, whenever it is asked.
process.on('message', message => {
  if (message !== 'usage') return;
  const { user, system } = process.cpuUsage();
  process.send({
    cpuUs: user + system,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
    rssMb: process.memoryUsage.rss() / 1e6,
  });
});
