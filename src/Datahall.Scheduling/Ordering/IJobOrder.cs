namespace Datahall.Scheduling.Ordering;

/// <summary>Says which job comes first.</summary>
public interface IJobOrder
{
    /// <summary>The name under which users choose it.</summary>
    string Name { get; }

    /// <summary>The job's place: smaller first, finite or positive infinity. Equal keys are told apart by submission, then by name.</summary>
    double Key(in JobView job);

    /// <summary>
    /// How much longer the job may run before its key is worth asking for again, in seconds; positive infinity when only other events change it.
    /// </summary>
    double SteadySeconds(in JobView job) => double.PositiveInfinity;
}
