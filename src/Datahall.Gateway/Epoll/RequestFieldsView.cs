using Datahall.Gateway.Http1;
using Datahall.Gateway.Routes;

namespace Datahall.Gateway.Epoll;

/// <summary>A request's headers, as the dispatcher reads them.</summary>
internal readonly ref struct RequestFieldsView(FieldTable fields, ReadOnlySpan<byte> head) : IHeaderView
{
    private readonly ReadOnlySpan<byte> head = head;

    public bool TryCopy(scoped ReadOnlySpan<byte> name, scoped Span<byte> destination, out int length)
    {
        var known = KnownFields.Find(name);
        ReadOnlySpan<byte> value;
        if (known is not KnownField.None)
        {
            if (!fields.Has(known))
            {
                length = 0;
                return false;
            }

            value = fields.Value(known, head);
        }
        else if (!fields.TryFind(name, head, out value))
        {
            length = 0;
            return false;
        }

        length = value.Length;
        _ = value.TryCopyTo(destination);
        return true;
    }
}
