using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Web.Pages.Vouchers;

public sealed class CorrectModel : CorrectionPage
{
    public override Refusal? No => Ways!.NoRed;

    protected override LocalDate Proposed => Ways!.RedDay;

    protected override List<GridRow> FirstRows() =>
        [.. Ways!.Original.Lines.Select(line => GridRow.Of(line, Ways.Original, Choices!, line.LineNo))];

    protected override Command<long> Written(LocalDate day, IReadOnlyList<VoucherRow> rows) =>
        new CorrectVoucher(FormKey, Id, day, Reason ?? "", rows, IsAdjusting);
}
