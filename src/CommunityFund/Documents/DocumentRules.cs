using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Documents;

/// <summary>What vouchers of one kind need from a day on; nobody set what holds from the beginning.</summary>
public sealed record RuleView(VoucherKind Kind, Evidence Evidence, LocalDate? ValidFrom, string? SetBy, Instant? SetAt);

/// <summary>All rules there were, the oldest of each kind first.</summary>
public sealed record DocumentRules : Query<IReadOnlyList<RuleView>>
{
    internal override Need Needs => Need.Any(ReadableVouchers.Readers);

    internal override async Task<IReadOnlyList<RuleView>> Answer(Work work, CancellationToken ct)
    {
        List<DocumentRule> rules = await work.Db.Set<DocumentRule>().AsNoTracking().Where(rule => rule.BookId == work.Book)
            .OrderBy(rule => rule.ValidFrom).ThenBy(rule => rule.SetAt).ToListAsync(ct);
        var names = await PersonName.Of(work, rules.Select(rule => (long?)rule.SetBy), ct);
        return
        [
            .. Enum.GetValues<VoucherKind>().SelectMany(kind => rules.Where(rule => rule.Kind == kind)
                .Select(rule => new RuleView(kind, rule.Evidence, rule.ValidFrom, names[rule.SetBy], rule.SetAt))
                .Prepend(new RuleView(kind, DocumentRule.DefaultOf(kind), null, null, null))),
        ];
    }
}
