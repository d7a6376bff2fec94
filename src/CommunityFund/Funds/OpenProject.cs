using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Funds;

/// <summary>A project that costs will be for. What clauses ask about, its class and its community, stands with it and stays.</summary>
/// <param name="Fund">The fund that mainly pays for it, if there is one.</param>
/// <param name="ProjectClass">Key of its class; empty if it has none.</param>
/// <param name="Community">Where it is done; empty if nowhere in particular.</param>
public sealed partial record OpenProject(Guid Key, string Code, string Name, int? Fund, string ProjectClass, string Community) : Command<long>(Key)
{
    /// <summary>Code, name or community is missing, too long, or has characters that do not fit.</summary>
    public const string BadForm = "project.bad-form";

    /// <summary>A project has this code already.</summary>
    public const string Taken = "project.taken";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(
        Fund is { } fund ? Need.Any(Role.Accountant, Role.Desk).For(fund) : Need.Any(Role.Accountant, Role.Desk).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        (string code, string name, string community) = (PlainText.Of(Code), PlainText.Of(Name), PlainText.Of(Community));
        if (!Shape().IsMatch(code) || name.Length is 0 or > 100 || community.Length > 60)
        {
            throw new RefusedException(BadForm, ("code", code));
        }

        if (await work.Db.Set<Project>().AnyAsync(row => row.BookId == work.Book && row.Code == code, ct))
        {
            throw new RefusedException(Taken, ("code", code));
        }

        if (Fund is { } fund)
        {
            await work.FundById(fund, ct);
        }

        Project project = new()
        {
            BookId = work.Book,
            Code = code,
            Name = name,
            FundId = Fund,
            ProjectClass = (await Project.Tagged(work, ProjectClass, null, ct)).ProjectClass ?? "",
            Community = community,
            OpenedOn = work.Today,
        };
        work.Db.Add(project);
        await work.Db.SaveChangesAsync(ct);
        return project.ProjectId;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9-]{1,20}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Shape();
}
