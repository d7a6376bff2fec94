using CommunityFund.Books;
using CommunityFund.Vouchers;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Vouchers;

public sealed class IndexModel : FundPage
{
    public const string All = "all";
    private const int Size = 50;

    /// <summary>A state's code, or all; a reviewer begins with what waits.</summary>
    [BindProperty(SupportsGet = true)]
    public string? State { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Period { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    public VoucherItems? Found { get; private set; }

    public Identity? Who { get; private set; }

    public Pager Pager => new(Number, Size, Found!.Total);

    public VoucherState? Chosen => Codes.Find<VoucherState>((State ?? "").Trim().ToLowerInvariant());

    public async Task OnGetAsync()
    {
        Who = await WhoAmI();
        State ??= Who.Is(Role.VoucherReviewer) ? Codes.Kebab(VoucherState.Prepared) : All;
        Number = Math.Max(1, Number);
        if (await Try(async () => Found = await Session.Ask(new VoucherList(Chosen, Period, Number, Size), Ct))
            && Number > Pager.Last)
        {
            Number = (int)Pager.Last;
            Found = await Session.Ask(new VoucherList(Chosen, Period, Number, Size), Ct);
        }
    }
}
