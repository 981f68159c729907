import torch

from trainables.networks.small_resnet import SmallResNet


def small_resnet(channels: int = 1) -> SmallResNet:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return SmallResNet(num_classes=10, channels=channels, width=8)


def test_has_twenty_thousand_parameters_at_width_8():
    stem = 1 * 8 * 9 + 16
    layer1 = 2 * (8 * 8 * 9 + 16)
    layer2 = (8 * 16 * 9 + 32) + (16 * 16 * 9 + 32) + (8 * 16 + 32)
    layer3 = (16 * 32 * 9 + 64) + (32 * 32 * 9 + 64) + (16 * 32 + 64)
    fc = 32 * 10 + 10
    assert stem + layer1 + layer2 + layer3 + fc == 19_810
    assert sum(p.numel() for p in small_resnet().parameters()) == 19_810


def test_halves_digits_twice():
    network = small_resnet()
    sizes = []
    for layer in (network.layer1, network.layer2, network.layer3):
        layer.register_forward_hook(lambda _m, _i, maps: sizes.append(tuple(maps.shape[1:])))
    assert network(torch.zeros(2, 1, 8, 8)).shape == (2, 10)
    assert sizes == [(8, 8, 8), (16, 4, 4), (32, 2, 2)]


def test_takes_any_number_of_channels():
    assert small_resnet(channels=5)(torch.zeros(2, 5, 8, 8)).shape == (2, 10)


def test_every_parameter_has_a_gradient_from_a_batch_of_two():
    network = small_resnet()
    network.train()
    images = torch.randn(2, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    torch.nn.functional.cross_entropy(network(images), torch.tensor([0, 1])).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in network.parameters())
