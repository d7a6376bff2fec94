using CommunityFund.Books;
using NodaTime;

namespace CommunityFund.Documents;

/// <summary>From a day on, vouchers of a kind need another evidence. Earlier settings stay and are shown to the auditor.</summary>
public sealed record SetDocumentRule(Guid Key, VoucherKind Kind, Evidence Evidence, LocalDate ValidFrom) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Admin).ForWholeBook());

    internal override Task<Done> Apply(Work work, CancellationToken ct)
    {
        work.Db.Add(new DocumentRule
        {
            BookId = work.Book,
            Kind = Kind,
            ValidFrom = ValidFrom,
            Evidence = Evidence,
            SetBy = work.ActorId,
            SetAt = work.Now,
        });
        return Task.FromResult(Done.It);
    }
}
