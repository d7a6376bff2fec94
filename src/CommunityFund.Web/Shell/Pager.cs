using Microsoft.AspNetCore.Http.Extensions;

namespace CommunityFund.Web.Shell;

/// <summary>
/// Where a long list stands: page <paramref name="Number"/> (from 1) of <paramref name="Total"/> rows. The page's number
/// is the query's <c>p</c> ("page" belongs to Razor Pages); all other parts of the query stay as they are.
/// </summary>
public sealed record Pager(int Number, int Size, long Total)
{
    public long Last => Math.Max(1, (Total + Size - 1) / Size);

    public long FirstRow => Total == 0 ? 0 : ((Number - 1L) * Size) + 1;

    public long LastRow => Math.Min((long)Number * Size, Total);

    public static string Link(HttpRequest request, long number)
    {
        QueryBuilder query = new(request.Query.Where(part => part.Key != "p")
            .SelectMany(part => part.Value, (part, value) => KeyValuePair.Create(part.Key, value ?? "")))
        {
            { "p", $"{number}" },
        };
        return request.PathBase + request.Path + query.ToQueryString();
    }
}
