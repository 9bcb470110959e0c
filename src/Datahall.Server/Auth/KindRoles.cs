using Datahall.Model;

namespace Datahall.Server.Auth;

/// <summary>Which role it takes to apply or delete a resource of a kind.</summary>
internal static class KindRoles
{
    /// <summary>Work and nodes are the operators'; what holds for everybody is the admins'.</summary>
    public static string Of(string kind) => kind switch
    {
        ResourceKinds.Job or ResourceKinds.Service or ResourceKinds.Ensemble or ResourceKinds.Node or ResourceKinds.Incident => Roles.Operator,
        _ => Roles.Admin,
    };
}
