namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of what refers to scheduler profiles.</summary>
internal static class ProfileReferences
{
    public static ResourceError? Check(Resource work, string profile, ReferenceSet references)
    {
        if (profile == SchedulerProfile.Default || references.Find<SchedulerProfile>(ResourceKinds.SchedulerProfile, profile) is not null)
        {
            return null;
        }

        var names = references.Names(ResourceKinds.SchedulerProfile);
        string[] known = names.Contains(SchedulerProfile.Default) ? [.. names] : [.. names, SchedulerProfile.Default];
        return new(work.Key, "spec.profile", $"there is no SchedulerProfile {Wording.Quote(profile)}{Wording.Choices(profile, known)}");
    }
}
