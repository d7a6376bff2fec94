using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Funds;

/// <summary>A new fund in the tree. Restricted only with the words of the donor, grantor or law that restrict it.</summary>
public sealed partial record CreateFund(
    Guid Key, string Code, string Name, FundKind Kind, int? Parent, Restriction DefaultRestriction, string Clause)
        : Command<int>(Key)
{
    /// <summary>The code has other characters than capitals, digits and dashes, or is too long.</summary>
    public const string BadCode = "fund.bad-code";

    /// <summary>The name is empty or too long.</summary>
    public const string BadName = "fund.bad-name";

    /// <summary>A fund has this code or name already.</summary>
    public const string Taken = "fund.taken";

    /// <summary>Technical and general funds are made at set-up, not by hand.</summary>
    public const string BadKind = "fund.bad-kind";

    /// <summary>Restricted, but nobody's words say so: that is a designation, not a restriction.</summary>
    public const string ClauseMissing = "fund.clause-missing";

    /// <summary>Nothing stands below a technical fund.</summary>
    public const string BadParent = "fund.bad-parent";

    /// <summary>Nothing new stands below a closed fund.</summary>
    public const string ParentClosed = "fund.parent-closed";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Role.Accountant, Role.Admin)
            .For(Parent is { } parent ? [parent] : (await work.Funds(ct)).Select(fund => fund.FundId));

    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        RefuseBadForm();
        IReadOnlyList<Fund> funds = await work.Funds(ct);
        if (funds.Any(fund => fund.Code == Code || fund.Name == PlainText.Of(Name)))
        {
            throw new RefusedException(Taken, ("code", Code), ("name", PlainText.Of(Name)));
        }

        if (Parent is { } parent && await work.FundById(parent, ct) is var above && (!above.IsOwn || above.State == FundState.Closed))
        {
            throw new RefusedException(above.IsOwn ? ParentClosed : BadParent, ("fund", above.Name));
        }

        Fund fund = new()
        {
            BookId = work.Book,
            FundId = funds.Max(fund => fund.FundId) + 1,
            Code = Code,
            Name = PlainText.Of(Name),
            Kind = Kind,
            ParentId = Parent,
            DefaultRestriction = DefaultRestriction,
            Clause = DefaultRestriction == Restriction.Restricted ? PlainText.Of(Clause) : "",
            OpenedOn = work.Today,
        };
        work.Db.Add(fund);
        await work.Db.SaveChangesAsync(ct);
        return fund.FundId;
    }

    private void RefuseBadForm()
    {
        if (!Shape().IsMatch(Code))
        {
            throw new RefusedException(BadCode, ("typed", Code));
        }

        if (PlainText.Of(Name).Length is 0 or > 60)
        {
            throw new RefusedException(BadName, ("limit", 60));
        }

        if (Kind is not (FundKind.Community or FundKind.Special or FundKind.Named or FundKind.Micro))
        {
            throw new RefusedException(BadKind);
        }

        if (DefaultRestriction == Restriction.Restricted && PlainText.Of(Clause).Length is 0 or > 500)
        {
            throw new RefusedException(ClauseMissing, ("limit", 500));
        }
    }

    [GeneratedRegex(@"\A[A-Z0-9][A-Z0-9-]{0,15}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Shape();
}
