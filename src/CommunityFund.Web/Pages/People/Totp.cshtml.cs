using CommunityFund.Books;
using CommunityFund.People;
using CommunityFund.Web.Hosting;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using QRCoder;

namespace CommunityFund.Web.Pages.People;

/// <summary>The own second factor: set up with a code as its proof, recovery codes shown once, turned off with a proof.</summary>
public sealed class TotpModel(Foundation foundation, CurrentSession current, Entrance entrance) : FundPage
{
    [BindProperty]
    public string? Code { get; set; }

    /// <summary>The key shown belongs to it, so that a mistyped code asks for no new key.</summary>
    [BindProperty]
    public Guid SettingUp { get; set; } = Guid.NewGuid();

    public SecondFactorView? View { get; private set; }

    public IReadOnlyList<string> Codes { get; private set; } = [];

    public bool Must => current.MustSetUpTotp;

    public string KeyInFours => string.Join(' ', Key.Chunk(4).Select(part => new string(part)));

    /// <summary>The key as a picture that an authenticator reads.</summary>
    public string Picture
    {
        get
        {
            string label = Uri.EscapeDataString($"{W["shell.product"]}:{View!.UserName}"), issuer = Uri.EscapeDataString(W["shell.product"]);
            using QRCodeGenerator generator = new();
            using QRCodeData data = generator.CreateQrCode(
                $"otpauth://totp/{label}?secret={Key}&issuer={issuer}", QRCodeGenerator.ECCLevel.M);
            using PngByteQRCode png = new(data);
            return "data:image/png;base64," + Convert.ToBase64String(png.GetGraphic(6));
        }
    }

    private string Key => SecondFactor.NewKey(foundation, SettingUp, Session.Actor!.Value);

    public Task OnGetAsync() => Load();

    public async Task OnPostOnAsync() => await ShowCodes(codes => new TurnOnTotp(FormKey, Key, Code ?? "", codes));

    public async Task OnPostCodesAsync() => await ShowCodes(codes => new RenewRecoveryCodes(FormKey, codes));

    public async Task<IActionResult> OnPostOffAsync()
    {
        if (await Try(() => Session.Run(new TurnOffTotp(FormKey), Ct)))
        {
            await entrance.Refresh();
            Said = W["totp.is-off"];
            return RedirectToPage();
        }

        await Load();
        return Page();
    }

    private async Task ShowCodes(Func<IReadOnlyList<string>, Command<Done>> command)
    {
        IReadOnlyList<string> codes = SecondFactor.NewRecoveryCodes(foundation, FormKey, Session.Actor!.Value);
        if (await Try(() => Session.Run(command(codes), Ct)))
        {
            await entrance.Refresh();
            Codes = codes;
        }

        await Load();
    }

    private Task Load() => Try(async () => View = await Session.Ask(new MySecondFactor(), Ct));
}
