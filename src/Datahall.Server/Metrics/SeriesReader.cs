using Datahall.Monitoring.Series;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Datahall.Server.Metrics;

/// <summary>Puts the program's own instruments into the series store, under the names that <c>/metrics</c> gives them. Of histograms the sum and the count are kept. For one caller at a time.</summary>
internal sealed class SeriesReader : IDisposable
{
    private readonly Exporter exporter;

    public SeriesReader(SeriesStore store)
    {
        exporter = new(store);
        Reader = new(exporter);
    }

    /// <summary>What OpenTelemetry collects for.</summary>
    public BaseExportingMetricReader Reader { get; }

    /// <summary>Takes a sample of each.</summary>
    public void Sample(long unixMilliseconds)
    {
        exporter.Time = unixMilliseconds;
        Reader.Collect();
        exporter.Time = null;
    }

    public void Dispose() => Reader.Dispose();

    private sealed class Exporter(SeriesStore store) : BaseExporter<Metric>
    {
        /// <summary>The samples' time; null: nobody asked for them (OpenTelemetry collects once more when it ends).</summary>
        public long? Time { get; set; }

        public override ExportResult Export(in Batch<Metric> batch)
        {
            if (Time is { } time)
            {
                foreach (var metric in batch)
                {
                    Take(metric, time);
                }
            }

            return ExportResult.Success;
        }

        private void Take(Metric metric, long time)
        {
            var isCounter = metric.MetricType is MetricType.LongSum or MetricType.DoubleSum;
            var name = InstrumentName.Of(metric.Name, metric.Unit, isCounter, metric.MetricType is MetricType.LongGauge or MetricType.DoubleGauge);
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                var labels = LabelsOf(point);
                if (metric.MetricType is MetricType.Histogram or MetricType.ExponentialHistogram)
                {
                    store.Append(name + "_sum", labels, time, point.GetHistogramSum());
                    store.Append(name + "_count", labels, time, point.GetHistogramCount());
                }
                else
                {
                    store.Append(name, labels, time, ValueOf(metric, point));
                }
            }
        }

        private static double ValueOf(Metric metric, in MetricPoint point) => metric.MetricType switch
        {
            MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
            MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
            MetricType.LongGauge => point.GetGaugeLastValueLong(),
            MetricType.DoubleGauge => point.GetGaugeLastValueDouble(),
            var other => throw new InvalidOperationException($"{metric.Name} is a {other}, which is no kind of instrument"),
        };

        private static SeriesLabels LabelsOf(in MetricPoint point)
        {
            var pairs = new List<KeyValuePair<string, string>>(point.Tags.Count);
            foreach (var (key, value) in point.Tags)
            {
                pairs.Add(new(InstrumentName.Sanitize(key), Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? ""));
            }

            return SeriesLabels.Of(pairs.DistinctBy(static pair => pair.Key));
        }
    }
}
