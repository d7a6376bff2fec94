using CommunityFund.Vouchers;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Vouchers;

public sealed class OpeningModel : GridPage
{
    public override bool IsOpening => true;

    public Opening? State { get; private set; }

    public async Task OnGetAsync()
    {
        if (await Load() && State!.Voucher is null)
        {
            await Copy();
            Pad();
        }
    }

    public async Task<IActionResult> OnPostAsync()
    {
        ModelState.Clear();
        if (await Load())
        {
            IReadOnlyList<OpeningRow> rows =
                [.. ReadRows().Select(row => new OpeningRow(row.Account, row.Fund, row.Side, row.Amount))];
            long voucher = 0;
            if (ModelState.IsValid && await Try(async () => voucher = await Session.Run(new EnterOpening(FormKey, rows), Ct)))
            {
                Said = W["voucher.said.opening"];
                return RedirectToPage("Show", new { id = voucher });
            }

            PlaceByLine();
            Unprocessable();
            Pad();
        }

        return Page();
    }

    /// <summary>Where the opening stands, and what can be chosen on the opening day.</summary>
    protected override async Task<bool> Load() =>
        await Try(async () => State = await Session.Ask(new OpeningState(), Ct)) && await Begin(State!.Day);
}
